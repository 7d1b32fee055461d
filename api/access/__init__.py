"""How users are known and held to their limits: passwords, sessions, the trail of the audit log, middlewares."""
