import subprocess, sys, pytest
@pytest.mark.services
def test_fuzz(migrated_url):
    from tests.test_api_registers import editing
    with editing(migrated_url) as client:
        out = subprocess.run([".venv/bin/schemathesis","run",str(client.base_url).rstrip("/")+"/openapi.json","-H",f"Authorization: {client.headers['authorization']}","--include-path-regex",r"^/v1/(companies|vehicle-register|drivers|permits|zones|corridors|washers|imports|register-history|duplicates|merges|terminals)","--checks","not_a_server_error","--phases","fuzzing","--max-examples","25","--workers","1","--generation-database","none","--suppress-health-check","all","--continue-on-failure"],capture_output=True,text=True,timeout=280)
        print(out.stdout[-6000:], out.stderr[-2000:])
