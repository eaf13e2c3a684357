### Everything that Draftroom says, in English. For another language, copy this file, name it after the language
### (de.ftl), and translate what stands behind the equals signs; { $names } are filled in, `code` and :emoji: stay.

