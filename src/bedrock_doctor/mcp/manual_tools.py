"""Tools and resources of the findings manual."""

from __future__ import annotations

from typing import Annotated, Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceNotFoundError
from pydantic import Field

from bedrock_doctor import app
from bedrock_doctor.errors import UnknownName
from bedrock_doctor.mcp import answers
from bedrock_doctor.mcp.toolbox import Toolbox
from bedrock_doctor.model.finding import Layer
from bedrock_doctor.render.manual import manual_markdown


def register(box: Toolbox, server: MCPServer[Any]) -> None:
    """Adds them."""

    @box.tool("Read the manual page of a finding")
    def get_rule(
        id: Annotated[str, Field(description="BD and three digits, or the slug")],
    ) -> answers.RuleAnswer:
        """Read what a finding means: what happened, why AWS decides so, how to confirm it, how to
        mend it, what not to do."""
        found = app.rule(id)
        return answers.RuleAnswer(
            id=found.id, slug=found.slug, layer=found.layer.value, page=manual_markdown(found)
        )

    @box.tool("List the findings")
    def list_rules(
        layer: Annotated[str | None, Field(description="only findings of this layer")] = None,
    ) -> answers.RulesAnswer:
        """List all findings that exist, or those of one layer."""
        if layer is not None and layer not in set(Layer):
            raise UnknownName(f"no layer `{layer}`", help=f"expected one of {', '.join(Layer)}")
        return answers.RulesAnswer(
            rules=[
                answers.RuleLine(
                    id=rule.id, slug=rule.slug, layer=rule.layer.value, title=rule.title
                )
                for rule in app.rules()
                if layer in (None, rule.layer.value)
            ]
        )

    @server.resource(
        "bedrock-doctor://rule/{id}",
        name="rule",
        title="Manual page of a finding",
        mime_type="text/markdown",
    )
    def rule_page(id: str) -> str:
        """The manual page of a finding, by id or slug."""
        try:
            return manual_markdown(app.rule(id))
        except UnknownName as error:
            raise ResourceNotFoundError(error.message) from None
