"""Executed by the host: everything else is a package, so that no name of ours hides one of the user's modules."""

from guest.agent import main

main()
