"""The lab on real machines: virtual ones with systemd, cgroup v2 and AppArmor, made here, used over ssh, and thrown away."""
