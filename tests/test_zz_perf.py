import asyncio,time
from datetime import UTC,date,datetime,timedelta
import psycopg
from storage.connect import connect_reader
from storage.queries.statistics import read_statistics
from storage.users import add_user
def cpu(pid):
    f=open(f'/proc/{pid}/stat'); s=f.read(); f.close(); p=s.rsplit(')',1)[1].split(); return int(p[11])+int(p[12])
def test_perf(migrated_url):
    with psycopg.connect(migrated_url,autocommit=True) as c:
        user=add_user(c,'perf',role='bureau'); comp=add_user(c,'perfc',role='company',company_id='C5')
        c.execute("insert into companies select 'C'||n, 'Co '||n from generate_series(1,200) n")
        c.execute("insert into vehicles (vehicle_id,plate,company_id) select 'V'||n,'P'||n,'C'||(n%200+1) from generate_series(1,10000) n")
        c.execute("insert into latest (vehicle_no,terminal_no,fix_time,epoch,seq,received_at,faults,alarms,lon_deg,lat_deg) select n,n,now()-(n||' seconds')::interval,1,1,now(),0,0,119.9,31.7 from generate_series(1,10000) n")
        # rows of a day by kind: 28 kinds x 200 companies x 4 (district, site); by hour: 24 x 200 x 4
        t=time.time()
        c.execute("""insert into event_figures select d::date,-1,'k'||k,'C'||co,'D'||s%5,'S'||(co+s)%300,3,0
          from generate_series('2026-05-01'::date,'2026-05-31'::date,'1 day') d, generate_series(1,28) k, generate_series(1,200) co, generate_series(1,3) s where (k+co+s)%2=0""")
        c.execute("""insert into event_figures select d::date,h,'','C'||co,'D'||s%5,'',3,0
          from generate_series('2026-05-01'::date,'2026-05-31'::date,'1 day') d, generate_series(0,23) h, generate_series(1,200) co, generate_series(1,2) s""")
        c.execute("""insert into trip_figures select d::date,h,'C'||co,'D'||s%5,case h when -1 then 'S'||(co+s)%300 else '' end,5,4,0,75000
          from generate_series('2026-05-01'::date,'2026-05-31'::date,'1 day') d, generate_series(-1,23) h, generate_series(1,200) co, generate_series(1,3) s where h>=0 or s<3""")
        c.execute("insert into figure_days select d::date, now() from generate_series('2026-05-01'::date,'2026-05-31'::date,'1 day') d")
        c.execute("insert into figure_cursor values (true,0,now())")
        c.execute("""insert into cases (case_id,case_no,change_no,kind,severity,status,source,company_id,district_id,subject_kind,subject_id,start_time,newest_time,opened_at,acknowledge_by,first_due_at,due_at,paged,updated_at)
          select gen_random_uuid(),'n'||n,1,'overspeed',2,'new','event','C'||(n%200+1),'D'||n%5,'site','S1',t,t,t,t,t,t,true,t from (select n, '2026-05-01'::timestamptz+(n*40||' seconds')::interval as t from generate_series(1,60000) n) x""")
        c.execute("analyze")
        print('rows',c.execute("select (select count(*) from event_figures),(select count(*) from trip_figures),(select count(*) from cases)").fetchone(),time.time()-t)
    async def go():
        async with await connect_reader(migrated_url) as r:
            await r.execute('set max_parallel_workers_per_gather=0')
            pid=(await (await r.execute('select pg_backend_pid()')).fetchone())[0]
            for who in (user,comp):
                for by in ('day','hour','kind','company','district','site'):
                    ts=[]; cs=[]
                    for _ in range(4):
                        t=time.perf_counter(); c0=cpu(pid)
                        x=await read_statistics(r,by=by,days=(date(2026,5,1),date(2026,6,1)),now=datetime.now(UTC),viewer=who)
                        ts.append(time.perf_counter()-t); cs.append((cpu(pid)-c0)*10)
                    print(who,by,len(x['rows']),[round(t*1000) for t in ts],'cpu ms',cs)
    asyncio.run(go())
