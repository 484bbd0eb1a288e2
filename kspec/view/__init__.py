"""`kspec view`: the runs of a folder as pages for a browser on this machine.

Nothing is written, and no files are served: pages are made only from the runs found below the
folder. The server is the standard library's: it serves one person on one machine, who does not need
what it lacks (TLS, many workers). `handler` restricts it to two methods, a closed list of hosts,
and headers that let a page load nothing from elsewhere.
"""
