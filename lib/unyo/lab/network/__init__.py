"""Network devices to practise with: a real FRR router, and switches that emulate the syntax of IOS.

The switches are an emulation of IOS syntax, not IOS: what they do not know is refused as invalid input.
Behind one of them may stand a real Open vSwitch.
"""
