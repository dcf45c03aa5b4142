"""The same for Python: as the package reads them, and as the generated file says they are."""

import inspect

import defaults_binding

print(defaults_binding.given())
print(defaults_binding.named(last=1))
print(defaults_binding.given(*(p.default for p in inspect.signature(defaults_binding.given).parameters.values())))
