"""The plug-ins that unyo ships; a site's own directory is looked into first."""
