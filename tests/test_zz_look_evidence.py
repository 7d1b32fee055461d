import asyncio,sys,datetime
sys.path[:0]=['/work/main','/work/main/tests']
from storage.connect import connect_writer,connect_reader
from tests.evidence_past import add_night
from storage.queries.evidence import read_event_dossier
from supervision.evidence.making import make_evidence
from supervision.evidence.dossier import Reader
from supervision.evidence.keys import derived_key
def test_look(migrated_url):
    with connect_writer(migrated_url) as c:
        eid=add_night(c)
    async def go():
        async with await connect_reader(migrated_url) as r:
            import time; t=time.perf_counter()
            d=await read_event_dossier(r,eid,None)
            print('read',time.perf_counter()-t); return d
    d=asyncio.run(go())
    import pathlib
    import time
    for lang in ('zh','en'):
        t=time.perf_counter()
        m=make_evidence(d,Reader(lang),derived_key(b'x'*32),datetime.datetime.now(datetime.UTC))
        print(lang,time.perf_counter()-t,len(m.archive))
        pathlib.Path(f"/tmp/ev_{lang}.zip").write_bytes(m.archive); pathlib.Path(f"/tmp/ev_{lang}.pdf").write_bytes(m.pdf)
    from supervision.evidence.verify import verify
    v=verify(m.archive); print(v.ok,v.first_wrong)
    assert v.ok
