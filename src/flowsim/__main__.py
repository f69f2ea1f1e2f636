"""The command ``flowsim``, a process of its own; ``python -m flowsim`` is the same."""

from flowsim.interrupts import to_its_end


def program() -> None:
    """Run the command line, loaded when it can be asked to stop."""
    to_its_end(_command_line)


def _command_line() -> None:
    from flowsim.cli import main

    main()


if __name__ == "__main__":
    program()
