"""Who may do what: permissions, and the roles that grant them. Routes, kinds and tokens name permissions, people have
roles."""
