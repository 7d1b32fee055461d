import pytest, time, socket
@pytest.mark.services
@pytest.mark.parametrize("nodelay",[False,True])
def test_perf(migrated_url, monkeypatch, nodelay):
    import tests.api_server as a
    from tests.test_api_registers import editing
    old=a.listening_socket
    def new(h,p):
        s=old(h,p)
        if nodelay: s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return s
    monkeypatch.setattr(a,"listening_socket",new)
    with editing(migrated_url) as client:
        best=[]
        for _ in range(20):
            t=time.perf_counter(); client.get("/v1/vehicles"); best.append(time.perf_counter()-t)
        print("nodelay",nodelay,sorted(best)[10]*1e3)
