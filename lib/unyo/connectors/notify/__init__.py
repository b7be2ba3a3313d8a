"""Ways to people: a mail server, a chat's webhook."""
