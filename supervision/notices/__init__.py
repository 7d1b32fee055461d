"""Who is told what, when and through which channel: decisions and words. Pure; sending is in `worker`."""
