"""Which rule may claim a barrier first: the special before the general."""

from __future__ import annotations

from bedrock_doctor.diagnose.base import Rule
from bedrock_doctor.diagnose.registry import BY_ID

_ORDER = (
    "BD115 BD130 BD730 BD731 BD732 BD240 BD241 BD242 BD243 BD703 BD704 BD701 BD702"
    " BD203 BD208 BD201 BD202 BD204 BD205 BD206"
    " BD214 BD213 BD212 BD211 BD210 BD217 BD216"
    " BD220 BD222 BD221 BD223 BD224 BD225 BD226 BD227 BD228 BD230 BD229 BD215 BD250"
    " BD301 BD313 BD312 BD315 BD316 BD311 BD302 BD314"
    " BD501 BD503 BD502"
    " BD711 BD710 BD740 BD720"
    " BD420 BD410 BD402 BD409 BD401 BD415 BD741 BD407 BD408 BD403 BD405 BD404 BD406 BD416"
    " BD412 BD411 BD414 BD413"
)

CLAIMANTS: tuple[Rule, ...] = tuple(BY_ID[name] for name in _ORDER.split())
"""The rules that claim barriers, in the order in which they are asked."""
