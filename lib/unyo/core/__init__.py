"""The words of unyo: frozen values and rules without any input, output or clock."""
