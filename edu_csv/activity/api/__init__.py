"""The xAPI statements endpoint: statements of other systems, in and out (xapi.md section 5)."""
