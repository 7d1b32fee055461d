"""All SQL: migrations, batch writes, queries. Uses the two pure packages; knows nothing of MQTT or HTTP."""
