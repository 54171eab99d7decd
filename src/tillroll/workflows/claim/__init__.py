"""Claims: approved expenses are gathered and claimed, what is paid is booked, and what is late is asked for."""
