"""`python -m bedrock_doctor`: the command line."""

from bedrock_doctor.cli.main import main

if __name__ == "__main__":
    main()
