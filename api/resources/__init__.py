"""One module per resource, each with a `router`; `api.app.ROUTERS` lists them."""
