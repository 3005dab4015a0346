"""What runs inside a sandbox: the agent, its kernels, and nothing the host trusts."""
