"""What `muckline doctor` looks at: one module per subject, each check a function from settings to findings.

`checks.py` is the table; a new check is a new function and one new row. Checks look and never mend: nothing is started
or installed.
"""
