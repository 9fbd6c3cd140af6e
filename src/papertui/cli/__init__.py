"""The command line: reads arguments, calls a service, prints. stdout is data, stderr is narration."""
