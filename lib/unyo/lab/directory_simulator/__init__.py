"""A simulation of Active Directory for places where Samba cannot be installed; it says that it is one."""

from unyo.lab.directory_simulator.process import SimulatorProcess
from unyo.lab.directory_simulator.server import DirectorySimulator, SimulatorLimit

__all__ = ["DirectorySimulator", "SimulatorLimit", "SimulatorProcess"]
