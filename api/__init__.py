"""HTTP API of Muckline. Everything is built and joined in `api.app.create_app`."""
