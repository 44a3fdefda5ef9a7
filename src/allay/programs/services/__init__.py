"""Services: what each is, who delivers it how, its codes, and whether a session counts as one."""
