"""The web application. Nothing in it asks another host for anything, neither the pages nor the server."""

import os

# Gradio reads this when it is imported, which every module of this package does later than this line.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
