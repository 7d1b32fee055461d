"""`/v1/companies`, `/v1/sites`, `/v1/zones`, ...: the registers, each made of its row in `supervision.registers.table`.

Permits have more to tell and stand in a module of their own. `/v1/vehicles` and `/v1/vehicle-register` are the same
trucks: there as a supervisor looks for them, here with all that is registered of them.
"""

from __future__ import annotations

from fastapi import APIRouter

from api.registers.reading import add_reading
from api.registers.writing import add_writing
from supervision.registers.table import REGISTERS

router = APIRouter(tags=["registers"])

for register in REGISTERS.values():
    if register.name == "permits":
        continue
    add_reading(router, register)
    if register.may_write:
        add_writing(router, register)
