@rem npm scripts begin with exec, so that signals reach the program and not the shell before it.
@rem Windows has no exec and no such signals: here it is the command itself.
@%*
