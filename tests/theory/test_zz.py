import cProfile, pstats, flowsim, time
from tests.theory.test_need import chain_world
def test_p():
    sc=chain_world(lambda d: {"exponential": d})
    t=time.process_time(); co=flowsim.sample(sc); t1=time.process_time()
    p=cProfile.Profile(); le=p.runcall(flowsim.simulate,sc,co); t2=time.process_time()
    print(len(le.rows), t1-t, t2-t1); pstats.Stats(p).sort_stats("tottime").print_stats(14)
    assert 0
