"""The helper scripts that Ansible's connections and shell run beside modules: temporary folders and files."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from unyo.lab.terminals.ansible.surroundings import Surroundings
from unyo.lab.terminals.powershell_process import Finished

Helper = Callable[[Surroundings, Mapping[str, Any], Sequence[str]], Finished]
