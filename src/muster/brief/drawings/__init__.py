"""Pictures that are not a plain series over time: each a record of what it shows first, a drawing of that second."""
