import subprocess, sys, pytest
@pytest.mark.services
@pytest.mark.timeout(500)
def test_fuzz(migrated_url):
    from tests.test_api_registers import editing
    with editing(migrated_url) as client, open("/tmp/fuzz_out.txt","w") as out:
        try:
            subprocess.run([".venv/bin/schemathesis","run",str(client.base_url).rstrip("/")+"/openapi.json","-H",f"Authorization: {client.headers['authorization']}","--include-path-regex",r"^/v1/(companies|vehicle-register|drivers|permits|zones|dump-points|corridors|washers|imports|register-history|duplicates|merges|terminals)","--checks","not_a_server_error","--phases","fuzzing","--max-examples","60","--workers","1","--generation-database","none","--suppress-health-check","all","--continue-on-failure"],stdout=out,stderr=subprocess.STDOUT,text=True,timeout=300)
        except subprocess.TimeoutExpired: pass
