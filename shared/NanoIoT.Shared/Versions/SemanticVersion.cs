using System;

namespace NanoIoT.Shared
{
    /// <summary>
    /// A version as Semantic Versioning 2.0.0 defines it: <c>major.minor.patch[-prerelease][+build]</c>. Build metadata
    /// does not count in the order. Numbers are at most 999,999,999, the text at most 64 characters.
    /// </summary>
    public sealed class SemanticVersion
    {
        private const int MaxLength = 64;
        private const int MaxDigits = 9;

        // Fields: a board pays for each property with a hundred bytes of flash.

        private readonly string[] _preRelease;
        private readonly string _text;

        private SemanticVersion(string text, int major, int minor, int patch, string[] preRelease)
        {
            _text = text;
            Major = major;
            Minor = minor;
            Patch = patch;
            _preRelease = preRelease;
        }

        /// <summary>The first number.</summary>
        public readonly int Major;

        /// <summary>The second number.</summary>
        public readonly int Minor;

        /// <summary>The third number.</summary>
        public readonly int Patch;

        /// <summary>Whether two texts are the same version; build metadata does not count, and what is no version equals none.</summary>
        /// <param name="a">One text.</param>
        /// <param name="b">The other.</param>
        /// <returns>True where they are.</returns>
        public static bool AreEqual(string? a, string? b)
        {
            SemanticVersion? first = Parse(a);
            SemanticVersion? second = Parse(b);
            return first != null && second != null && first.CompareTo(second) == 0;
        }

        /// <summary>Reads a version.</summary>
        /// <param name="text">The text, or null.</param>
        /// <returns>The version, or null where the text is none.</returns>
        public static SemanticVersion? Parse(string? text)
        {
            if (text == null || text.Length == 0 || text.Length > MaxLength)
            {
                return null;
            }

            string core = text;
            string[] preRelease = new string[0];
            int plus = core.IndexOf('+');
            if (plus >= 0)
            {
                if (!AreIdentifiers(core.Substring(plus + 1).Split('.'), false))
                {
                    return null;
                }

                core = core.Substring(0, plus);
            }

            int dash = core.IndexOf('-');
            if (dash >= 0)
            {
                preRelease = core.Substring(dash + 1).Split('.');
                if (!AreIdentifiers(preRelease, true))
                {
                    return null;
                }

                core = core.Substring(0, dash);
            }

            string[] numbers = core.Split('.');
            if (numbers.Length != 3)
            {
                return null;
            }

            int major = Number(numbers[0]);
            int minor = Number(numbers[1]);
            int patch = Number(numbers[2]);
            return major < 0 || minor < 0 || patch < 0 ? null : new SemanticVersion(text, major, minor, patch, preRelease);
        }

        /// <summary>Compares in Semantic Versioning's order.</summary>
        /// <param name="other">The other version.</param>
        /// <returns>Negative, zero or positive as this one is lower, equal or higher.</returns>
        public int CompareTo(SemanticVersion other)
        {
            // Numbers are at most 999,999,999, so their differences fit.
            int numbers = Major - other.Major;
            if (numbers == 0)
            {
                numbers = Minor - other.Minor;
            }

            if (numbers == 0)
            {
                numbers = Patch - other.Patch;
            }

            if (numbers != 0)
            {
                return numbers;
            }

            if (_preRelease.Length == 0 || other._preRelease.Length == 0)
            {
                // A release is higher than its own pre-releases.
                return (_preRelease.Length == 0 ? 1 : 0) - (other._preRelease.Length == 0 ? 1 : 0);
            }

            for (int i = 0; i < _preRelease.Length && i < other._preRelease.Length; i++)
            {
                int order = CompareIdentifiers(_preRelease[i], other._preRelease[i]);
                if (order != 0)
                {
                    return order;
                }
            }

            return _preRelease.Length - other._preRelease.Length;
        }

        /// <inheritdoc/>
        public override string ToString() => _text;

        private static int CompareIdentifiers(string a, string b)
        {
            bool numericA = IsNumeric(a);
            bool numericB = IsNumeric(b);
            if (numericA != numericB)
            {
                return numericA ? -1 : 1;
            }

            if (numericA && a.Length != b.Length)
            {
                return a.Length - b.Length;
            }

            for (int i = 0; i < a.Length && i < b.Length; i++)
            {
                if (a[i] != b[i])
                {
                    return a[i] - b[i];
                }
            }

            return a.Length - b.Length;
        }

        private static bool AreIdentifiers(string[] parts, bool refuseLeadingZero)
        {
            for (int i = 0; i < parts.Length; i++)
            {
                string part = parts[i];
                if (part.Length == 0 || (refuseLeadingZero && part.Length > 1 && part[0] == '0' && IsNumeric(part)))
                {
                    return false;
                }

                for (int j = 0; j < part.Length; j++)
                {
                    char c = part[j];
                    if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-'))
                    {
                        return false;
                    }
                }
            }

            return true;
        }

        private static bool IsNumeric(string part)
        {
            for (int i = 0; i < part.Length; i++)
            {
                if (part[i] < '0' || part[i] > '9')
                {
                    return false;
                }
            }

            return true;
        }

        private static int Number(string part)
        {
            if (part.Length == 0 || part.Length > MaxDigits || !IsNumeric(part) || (part.Length > 1 && part[0] == '0'))
            {
                return -1;
            }

            int value = 0;
            for (int i = 0; i < part.Length; i++)
            {
                value = (value * 10) + (part[i] - '0');
            }

            return value;
        }
    }
}
