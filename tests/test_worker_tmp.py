import pytest, psycopg
@pytest.mark.services
def test_it(migrated_url):
    with psycopg.connect(migrated_url, autocommit=True) as c:
        print(c.execute("select queue.procrastinate_defer_jobs_v1(array[row('work','x',0,null,null,'{}'::jsonb,null)::queue.procrastinate_job_to_defer_v1])").fetchall())
        print(c.execute("show search_path").fetchone())
        from storage.work_queue import defer, requeue_stalled
        from datetime import datetime, UTC
        print(defer(c, "deliver", once="a", delivery_id="b"), requeue_stalled(c, datetime.now(UTC)))
        from storage import exchange
        print(exchange.newest(c)); 
        for t in ("event","case","trip"):
            print(exchange.read_rows(c, 1, t, 0, 10), exchange.read_rows(c, None, t, 0, 10))
        from storage import notices
        with c.transaction():
            print(notices.take_changed_cases(c), notices.read_waiting_cases(c, datetime.now(UTC)))
