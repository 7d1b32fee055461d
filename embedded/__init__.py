"""TimescaleDB and Mosquitto for one machine, run from a checkout; README.md says what lives here.

Public: `stack.resolve_database_url`, `stack.resolve_broker`, `postgres.EmbeddedPostgres`, `broker.EmbeddedBroker`,
`steps.told_on_stderr`, `errors.EmbeddedError`. Nothing here knows what the servers are used for.
"""
