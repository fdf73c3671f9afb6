"""Single sign-on by OpenID Connect: who somebody is, as a provider the operator trusts says it."""
