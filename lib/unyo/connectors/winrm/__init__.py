"""Scripts on terminals over WinRM: WinRS with pywinrm, runspaces with pypsrp."""
