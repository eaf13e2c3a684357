"""A practice server of the Images API, as strict as the published rules: OpenAI's, vLLM-Omni's or SGLang's form."""
