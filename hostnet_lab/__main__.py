"""``python -m hostnet_lab``: the same as the console script ``hostnet-lab``."""

from hostnet_lab.cli import main

raise SystemExit(main())
