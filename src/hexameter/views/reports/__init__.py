"""Files for people who do not open Hexameter: today workbooks of tables. No number is computed here."""
