import time
import numpy as np, psycopg
from storage.batch_writer import BatchWriter
from tests.storage_rows import add_registry, batch, event, fixes, together, trip
TRUCKS = 200
def test_bench(migrated_url):
    with psycopg.connect(migrated_url, autocommit=True) as c:
        add_registry(c, TRUCKS)
        c.execute("alter table trips alter change_no set default nextval('trip_changes')")
        w = BatchWriter(c)
        times = {True: [], False: []}
        base = 0
        def one(base, trips):
            rows = together(*(fixes(t, range(base, base + 100)) for t in range(1, TRUCKS + 1)))
            found = batch(rows, trips=trips)
            t0 = time.perf_counter(); w.write(found); return time.perf_counter() - t0
        for k in range(14):
            on = k % 4 in (0, 3)
            for name in ("trips_lock", "trips_number"):
                c.execute(f"alter table trips {'enable' if on else 'disable'} trigger {name}")
            # as in life: each batch goes on with a trip of each truck
            s = one(base, [trip(base // 500 * 500, vehicle=f"V{t}", washed_ms=1_780_000_000_000 + base) for t in range(1, TRUCKS + 1)])
            if k > 1: times[on].append(s)
            base += 100
        out = {on: (round(1000*float(np.median(v))), [round(1000*x) for x in v]) for on, v in times.items()}
        # 20,000 trips at once
        big = {True: [], False: []}
        for k in range(6):
            on = k % 4 in (0, 3)
            for name in ("trips_lock", "trips_number"):
                c.execute(f"alter table trips {'enable' if on else 'disable'} trigger {name}")
            trips = [trip(100_000 + k * 1000 + i, vehicle=f"V{t}") for t in range(1, TRUCKS + 1) for i in range(100)]
            t0 = time.perf_counter(); w.write(batch(trips=trips)); a = time.perf_counter() - t0
            t0 = time.perf_counter(); w.write(batch(trips=trips)); b = time.perf_counter() - t0
            big[on].append((round(1000*a), round(1000*b)))
        open("/tmp/rev1/bench.txt", "w").write(f"20,000 fixes + 200 trips, ms: with {out[True]} without {out[False]}\n20,000 trips (new, again), ms: with {big[True]} without {big[False]}\n")
