"""Applications for permits (申报, 退回补正, 核准, 驳回, 变更, 延期): a permit is what comes of an approved one.

`life` says which steps there are, `content` what may be applied for, `remarks` what an officer should look at; `office`
does it in the database. An application changes nothing that rules read; its approval writes the register of permits as
any change of a register does.
"""
