def run(checks, tool):
    pass
