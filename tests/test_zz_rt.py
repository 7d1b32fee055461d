import time
from pathlib import Path
import psycopg, pytest
from api_server import serving
from receiver import receiving, until
from test_worker_deliveries import send_test
from test_worker_process import work_process
from working import add_trucks
def test_rt(migrated_url, broker, tmp_path, monkeypatch):
    monkeypatch.setenv("MUCKLINE_WORK__ALLOWED_HOSTS", "127.0.0.1")
    with psycopg.connect(migrated_url, autocommit=True) as c, receiving() as r:
        add_trucks(c)
        r.answers = {"/slow": ["hang", 200]}
        with serving(migrated_url, viewer="bureau") as client:
            send_test(client, r.url("/slow"))
            with work_process(migrated_url, broker, tmp_path / "a.log") as p:
                until(lambda: len(r.bodies("/slow")) == 1, 60)
                p.kill(); p.wait(); t0 = time.monotonic()
            with work_process(migrated_url, broker, tmp_path / "b.log") as p:
                until(lambda: len(r.bodies("/slow")) == 2, 300)
                s = time.monotonic() - t0
                until(lambda: c.execute("select status from deliveries").fetchone()[0] == "delivered", 30)
                Path("/tmp/rev1/rt.txt").write_text(f"killed mid-delivery, delivered again after {s:.0f} s; jobs left {c.execute('select count(*) from queue.procrastinate_jobs').fetchone()}; log {(tmp_path / 'b.log').read_text()}")
