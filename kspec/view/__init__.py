"""`kspec view`: the runs of a folder as pages that a browser on this machine can look at.

Nothing is written, and no file is served: a page is made from the runs that are found below the
folder, or there is none. The server is the standard library's: one person reads, on one machine,
and what it lacks for more than that (TLS, many workers) would not be used; what it does is held to
by `handler`: two methods, a closed list of hosts, headers that let a page load nothing from
elsewhere.
"""
