"""What people wait for and how they get it: requests, queues, desks, places taken and left."""
