import os
import sys

os.execv("/opt/agent/bin/pip", ["pip", *sys.argv[1:]])
