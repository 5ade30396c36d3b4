"""ComfyUI, spoken well: what is decided is pure, and a thread a server does it.

``tracker`` decides one server's share, ``ledger`` who takes which job, ``protocol`` what requests and frames look like;
``worker``, ``scheduler`` and ``client`` have the threads and sockets. It may import ``cover``, ``workflow`` and
``config``. Nothing is handed on here: it loads requests, and is itself loaded when a server is asked.
"""
