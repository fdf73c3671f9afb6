"""`python -m hexameter`: the same as the command. Nothing else."""

from hexameter.main import run

if __name__ == "__main__":
    raise SystemExit(run())
