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
        public int Major { get; }

        /// <summary>The second number.</summary>
        public int Minor { get; }

        /// <summary>The third number.</summary>
        public int Patch { get; }

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
            if (Major != other.Major)
            {
                return Major < other.Major ? -1 : 1;
            }

            if (Minor != other.Minor)
            {
                return Minor < other.Minor ? -1 : 1;
            }

            if (Patch != other.Patch)
            {
                return Patch < other.Patch ? -1 : 1;
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

            return _preRelease.Length == other._preRelease.Length ? 0 : _preRelease.Length < other._preRelease.Length ? -1 : 1;
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
                return a.Length < b.Length ? -1 : 1;
            }

            for (int i = 0; i < a.Length && i < b.Length; i++)
            {
                if (a[i] != b[i])
                {
                    return a[i] < b[i] ? -1 : 1;
                }
            }

            return a.Length == b.Length ? 0 : a.Length < b.Length ? -1 : 1;
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
