"""The safe: secrets sealed with an authenticated cipher, and the keys that open them."""
