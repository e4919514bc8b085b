"""The MCP server: the same answers for AI agents, read-only by construction.

https://modelcontextprotocol.io/specification
"""
